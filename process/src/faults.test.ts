import { describe, expect, it } from 'vitest';
import { BadInput, Fault, faultCodes, faultText } from './faults.ts';

const CODES = faultCodes({
  DISK_FULL: { meaning: 'the disk has no space left', next: 'free space' },
});

describe('a fault', () => {
  it('carries the code and the advice of the list', () => {
    const cause = new Error('ENOSPC');
    const fault = new Fault(CODES.DISK_FULL, '/data has 0 bytes left', { cause });
    expect(fault).toMatchObject({ name: 'Fault', code: 'DISK_FULL', next: 'free space', cause });
  });

  it('may give better advice than the list', () => {
    expect(new Fault(CODES.DISK_FULL, 'full', { next: 'delete /data/old' }).next).toBe('delete /data/old');
  });

  it('lists every fault of an input at once', () => {
    const fault = new BadInput('the environment', ['PORT is missing', 'HOST is missing']);
    expect(faultText(fault)).toBe(
      'BAD_INPUT: the environment is not valid:\n  - PORT is missing\n  - HOST is missing\n  next: correct the environment',
    );
  });

  it('is printed without a stack; an unforeseen error with one', () => {
    expect(faultText(new Fault(CODES.DISK_FULL, 'full'))).toBe('DISK_FULL: full\n  next: free space');
    expect(faultText(new TypeError('x is undefined'))).toContain('faults.test.ts');
    expect(faultText('text')).toBe('text');
  });
});
