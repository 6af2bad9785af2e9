import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRun, type Run } from '../run.ts';
import { findJava, majorVersion } from './java.ts';
import { startKafka } from './kafka.ts';

describe('the version of Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_412"', 8],
    ['something else', 0],
  ])('of %s is %d', (banner, major) => {
    expect(majorVersion(banner)).toBe(major);
  });
});

describe('without Java', () => {
  let run: Run;
  let directory: string;
  beforeEach(async () => {
    run = await openRun();
    directory = mkdtempSync(join(tmpdir(), 'core-exit-no-java-'));
  });
  afterEach(async () => {
    await run.close();
    rmSync(directory, { recursive: true });
  });

  it('there is a plain sentence instead of a broker', async () => {
    expect(await findJava(directory)).toEqual({ absent: expect.stringContaining('no Java on this machine') });
    const kafka = await startKafka({ supervisor: run, cacheDirectory: directory, javaHome: directory });
    expect(kafka).toEqual({ absent: expect.stringMatching(/^no Kafka: there is no Java/) });
  });
});
