import { randomBytes } from 'node:crypto';
import { koreanTime } from './clock.ts';
import { CHANNEL_CODE } from './codes.ts';

/** A new GUID: Korean date and time to the ms, the channel's code, and 48 random bits. */
export function newGuid(now: Date = new Date(), random: Buffer = randomBytes(6)): string {
  const { date, time } = koreanTime(now);
  return `${date}${time}`.replaceAll(/[^0-9]/g, '') + CHANNEL_CODE + random.toString('hex').toUpperCase();
}
