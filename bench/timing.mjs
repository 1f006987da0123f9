import { spawn } from 'node:child_process';

/** Runs a program to its end, silently; returns the milliseconds it took. Throws when it fails. */
export async function timeProgram(program, args, options = {}) {
  const startedAt = performance.now();
  let errors = '';
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  child.stderr.on('data', (text) => (errors += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${errors}`);
  return performance.now() - startedAt;
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function printFigures(name, values) {
  console.log(`${name}: median ${Math.round(median(values))} ms (${values.map(Math.round).join(', ')})`);
}
