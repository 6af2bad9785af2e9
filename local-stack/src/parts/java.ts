import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Kafka 4 brokers need Java 17 or newer. */
const LOWEST_JAVA = 17;

/** The `java` program, or why there is none. */
export async function findJava(javaHome: string | null): Promise<{ java: string } | { absent: string }> {
  const java = javaHome === null ? 'java' : join(javaHome, 'bin', 'java');
  let banner: string;
  try {
    banner = (await promisify(execFile)(java, ['-version'])).stderr; // Java writes its version to stderr
  } catch {
    return { absent: `there is no Java on this machine (${java} does not run)` };
  }
  const major = majorVersion(banner);
  if (major < LOWEST_JAVA) return { absent: `Java ${major} is too old, Kafka needs ${LOWEST_JAVA} or newer` };
  return { java };
}

/** `openjdk version "17.0.15"` is 17; `"1.8.0_412"` is 8; an unknown banner is 0. */
export function majorVersion(banner: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(banner) ?? [];
  return Number((first === '1' ? second : first) ?? 0);
}
