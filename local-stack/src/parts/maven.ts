import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProgramNotStarted } from '../processes/process-faults.ts';
import type { AbsentPart, PartContext } from './part.ts';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin';

export type MavenFetch = {
  /** Names the directory in the cache, and the log of the fetch. */
  name: string;
  pom: string;
  goal: 'copy-dependencies' | 'unpack-dependencies';
  options: readonly string[];
};

/**
 * The directory with the files that a pom names. Maven fetches them once for each content of the pom, and they stay in the
 * cache directory. The directory appears complete or not at all, also when two runs fetch at the same time.
 */
export async function fetchByMaven(
  { supervisor, cacheDirectory }: PartContext,
  { name, pom, goal, options }: MavenFetch,
): Promise<{ directory: string } | AbsentPart> {
  const digest = createHash('sha256').update(readFileSync(pom, 'utf8')).digest('hex').slice(0, 8);
  const directory = join(cacheDirectory, `${name}-${digest}`);
  if (existsSync(directory)) return { directory };

  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(cacheDirectory, { recursive: true });
  try {
    await supervisor.complete({
      name: `fetch-${basename(name)}`,
      command: 'mvn',
      args: ['-q', '-B', '-f', pom, `${PLUGIN}:${goal}`, `-DoutputDirectory=${unfinished}`, ...options],
    });
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(directory)) return { absent: `${name} is not in ${cacheDirectory} and ${reason(error)}` };
  }
  return { directory };
}

function reason(error: unknown): string {
  if (error instanceof ProgramNotStarted) return 'Maven (mvn) is not installed, which would fetch it';
  return `Maven could not fetch it: ${error instanceof Error ? error.message : String(error)}`;
}
