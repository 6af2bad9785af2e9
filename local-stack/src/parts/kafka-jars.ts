import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchByMaven } from './maven.ts';
import type { AbsentPart, PartContext } from './part.ts';

export const KAFKA_FILES = join(import.meta.dirname, '..', '..', 'kafka');

export type KafkaJars = { version: string; directory: string };

/** The broker's jars: 46 files, 44 MB. */
export async function kafkaJars(context: PartContext): Promise<KafkaJars | AbsentPart> {
  const pom = join(KAFKA_FILES, 'pom.xml');
  const version = /<kafka\.version>(.+?)</.exec(readFileSync(pom, 'utf8'))?.[1] ?? 'unknown';
  const fetched = await fetchByMaven(context, {
    name: `kafka-${version}`,
    pom,
    goal: 'copy-dependencies',
    options: ['-DincludeScope=runtime'],
  });
  return 'absent' in fetched ? fetched : { version, directory: fetched.directory };
}
