import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of this many microseconds. */
const TICK_US = 10_000;

/** CPU time a process has used, in microseconds; `withEnded`: and that of its children that have ended. */
function cpuOf(pid: number, withEnded: boolean): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return (utime + stime + (withEnded ? cutime + cstime : 0)) * TICK_US;
}

/** CPU time of a server and all its processes, also those that have ended. */
export function cpuOfTree(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
  return [pid, ...children].reduce((sum, one) => {
    try {
      return sum + cpuOf(one, one === pid);
    } catch {
      return sum; // it has just ended, and its parent counts it
    }
  }, 0);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Resident memory of a process, in MB. */
export function residentMb(pid: number): number {
  const kb = /VmRSS:\s+([0-9]+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1_024);
}
