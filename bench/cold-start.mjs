// Claim: one small migration takes at most 1.5 × (node + template copy + server start + psql), and under one second.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPlainServer } from './plain-server.mjs';
import { median, printFigures, timeProgram } from './timing.mjs';

const rounds = Number(process.argv[2] ?? 7);
const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
const file = join(folder, '0001_one_small.sql');
writeFileSync(file, 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX ON users (email);\n');

/** On the same template. The server's end is left out here, and included in the rehearsal. */
async function timeByHand() {
  const startedAt = performance.now();
  await timeProgram(process.execPath, ['-e', '0']);
  const server = await startPlainServer();
  await timeProgram('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', server.host, '-U', 'postgres', '-f', file]);
  const elapsed = performance.now() - startedAt;
  await server.stop();
  return elapsed;
}

const byHand = [];
const rehearsed = [];
try {
  await timeProgram(process.execPath, [main, 'rehearse', file], { cwd: folder });
  for (let round = 0; round < rounds; round++) {
    byHand.push(await timeByHand());
    rehearsed.push(await timeProgram(process.execPath, [main, 'rehearse', file], { cwd: folder }));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printFigures('by hand', byHand);
printFigures('rehearsal', rehearsed);
const ratio = median(rehearsed) / median(byHand);
const holds = ratio <= 1.5 && median(rehearsed) < 1000;
console.log(`ratio ${ratio.toFixed(2)}; limits 1.5 and 1000 ms`);
console.log(holds ? 'claim holds' : 'claim fails');
process.exitCode = holds ? 0 : 1;
