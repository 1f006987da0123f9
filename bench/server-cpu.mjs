import { readdirSync, readFileSync } from 'node:fs';

const msPerTick = 10;

/** Milliseconds of CPU that a server and all its processes have used so far, those that ended included. Linux only. */
export function cpuOfServer(postmaster) {
  const own = ticksOf(postmaster);
  const living = readdirSync('/proc').flatMap((name) => {
    const process = /^\d+$/.test(name) ? ticksOf(Number(name)) : null;
    return process !== null && process.parent === postmaster ? [process.own] : [];
  });
  return msPerTick * living.reduce((sum, ticks) => sum + ticks, own.own + own.ended);
}

/** Null when the process has just ended. */
function ticksOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').map(Number);
    return { parent: fields[1], own: fields[11] + fields[12], ended: fields[13] + fields[14] };
  } catch {
    return null;
  }
}
