import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProgramNotStarted } from '../processes/faults.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { PartContext } from './part.ts';

export const KAFKA_FILES = join(import.meta.dirname, '..', '..', 'kafka');
const POM = join(KAFKA_FILES, 'pom.xml');

/** 46 jars, 44 MB: seconds on an office line; the limit is for a line that hangs. */
const DOWNLOAD_WITHIN_MS = 180_000;

export type KafkaJars = { version: string; directory: string };

/**
 * The broker's jars, fetched by Maven once per pom and kept in the cache directory. The directory appears
 * complete or not at all, also when two runs fetch at the same time.
 */
export async function kafkaJars({
  supervisor,
  cacheDirectory,
}: PartContext): Promise<KafkaJars | { absent: string }> {
  const pom = readFileSync(POM, 'utf8');
  const version = /<kafka\.version>(.+?)</.exec(pom)?.[1] ?? 'unknown';
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  const directory = join(cacheDirectory, `kafka-${version}-${digest}`);
  if (existsSync(directory)) return { version, directory };

  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(cacheDirectory, { recursive: true });
  try {
    await fetchJars(supervisor, unfinished);
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(directory)) return { absent: `its jars are not here yet and ${whyNotFetched(error)}` };
  }
  return { version, directory };
}

async function fetchJars(supervisor: Supervisor, outputDirectory: string): Promise<void> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies';
  await supervisor.complete({
    name: 'kafka-jars',
    command: 'mvn',
    args: ['-q', '-B', '-f', POM, goal, `-DoutputDirectory=${outputDirectory}`, '-DincludeScope=runtime'],
    completeWithinMs: DOWNLOAD_WITHIN_MS,
  });
}

function whyNotFetched(error: unknown): string {
  if (error instanceof ProgramNotStarted) return 'there is no Maven (mvn) to fetch them';
  return `Maven could not fetch them: ${error instanceof Error ? error.message : String(error)}`;
}
