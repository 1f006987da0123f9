// Claim: rehearsing 300 migrations costs at most 1.3 × sending the same statements over one connection, plus 2 s.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startPlainServer } from './plain-server.mjs';
import { printFigures, timeProgram } from './timing.mjs';

const count = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 3);
const main = resolve(import.meta.dirname, '../dist/cli/main.js');

/** Every third migration makes a table; the others change and fill it. Four statements each. */
function migration(n) {
  const table = `t${Math.floor(n / 3)}`;
  if (n % 3 === 0) {
    return [
      `CREATE TABLE ${table} (id bigint PRIMARY KEY, name text, amount int)`,
      `INSERT INTO ${table} SELECT i, 'n' || i, i FROM generate_series(1, 2000) i`,
      `CREATE INDEX ${table}_name ON ${table} (name)`,
      `COMMENT ON TABLE ${table} IS 'made'`,
    ];
  }
  if (n % 3 === 1) {
    return [
      `ALTER TABLE ${table} ADD COLUMN extra text DEFAULT ''`,
      `UPDATE ${table} SET extra = name WHERE id <= 1000`,
      `ALTER TABLE ${table} ALTER COLUMN extra SET NOT NULL`,
      `CREATE INDEX ${table}_extra ON ${table} (extra)`,
    ];
  }
  return [
    `ALTER TABLE ${table} ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID`,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT positive`,
    `DELETE FROM ${table} WHERE id % 10 = 0`,
    `ALTER TABLE ${table} ALTER COLUMN amount TYPE bigint`,
  ];
}

async function timePlain(migrations) {
  const server = await startPlainServer();
  const client = new pg.Client(server);
  await client.connect();
  const startedAt = performance.now();
  for (const statements of migrations) {
    await client.query('BEGIN');
    for (const sql of statements) await client.query(sql);
    await client.query('COMMIT');
  }
  const elapsed = performance.now() - startedAt;
  await client.end();
  await server.stop();
  return elapsed;
}

const folder = mkdtempSync(join(tmpdir(), 'observation-cost-'));
const migrations = Array.from({ length: count }, (_, n) => migration(n));
mkdirSync(join(folder, 'migrations'));
for (const [n, statements] of migrations.entries()) {
  writeFileSync(
    join(folder, 'migrations', `${String(n + 1).padStart(4, '0')}_step.sql`),
    `${statements.join(';\n')};\n`,
  );
}
const plain = [];
const rehearsed = [];
try {
  for (let round = 0; round < rounds; round++) {
    plain.push(await timePlain(migrations));
    const args = [main, 'rehearse', 'migrations', '--all', '--format', 'json', '--output', 'report.json'];
    rehearsed.push(await timeProgram(process.execPath, args, { cwd: folder }));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printFigures('plain connection', plain);
printFigures('rehearsal', rehearsed);
// What else runs on the machine only ever adds: the least disturbed round of each is the nearest to its own cost.
const [leastPlain, leastRehearsed] = [Math.min(...plain), Math.min(...rehearsed)];
const limit = 1.3 * leastPlain + 2000;
console.log(
  `least ${Math.round(leastPlain)} ms and ${Math.round(leastRehearsed)} ms: ratio ${(leastRehearsed / leastPlain).toFixed(2)}; limit 1.3 × + 2 s = ${Math.round(limit)} ms`,
);
console.log(leastRehearsed <= limit ? 'claim holds' : 'claim fails');
process.exitCode = leastRehearsed <= limit ? 0 : 1;
