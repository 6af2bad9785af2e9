import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of this many microseconds. */
const TICK_US = 10_000;

/** User and system time of a process, in microseconds; 0 if it has ended. `withEnded`: also of its children that have ended. */
export function cpuUs(pid: number, { withEnded = false } = {}): number {
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = statOf(pid).slice(11, 15).map(Number);
  return (utime + stime + (withEnded ? cutime + cstime : 0)) * TICK_US;
}

/** CPU time of a server and all its processes, also of those that have ended, in microseconds. */
export function cpuUsOfTree(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
  // A child that ends just now is counted by its parent.
  return children.reduce((sum, child) => sum + cpuUs(child), cpuUs(pid, { withEnded: true }));
}

/** Id of the parent process; 0 if the process has ended. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[1] ?? 0);
}

/** Resident memory of a process, in megabytes; 0 if it has ended. */
export function residentMb(pid: number): number {
  return kilobytesOf(pid, 'VmRSS') / 1_024;
}

/** The greatest resident memory that a process had so far, in megabytes; 0 if it has ended. */
export function peakResidentMb(pid: number): number {
  return kilobytesOf(pid, 'VmHWM') / 1_024;
}

/** Fields of /proc/PID/stat from the third on: the program's name in the second may contain spaces and brackets. */
function statOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function kilobytesOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${field}:\\s+([0-9]+) kB`).exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
