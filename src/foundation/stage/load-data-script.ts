import { readFile, stat } from 'node:fs/promises';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import { splitScript } from '../sql/split-script.js';
import { sendStatement } from '../steps/run-statement.js';
import { findClientTool, toolMissing } from './find-client-tool.js';
import { type DataSource, refusedData, runLoadCommand } from './load-data-command.js';

/** Above this size a file is left to psql, which reads it piece by piece. */
const largestScript = 128 * 1024 * 1024;

/** Runs a file of SQL, through psql where the machine has it, in one transaction. */
export async function loadScript(source: DataSource): Promise<{ readonly skipped: readonly string[] }> {
  const { session, file } = source;
  const tool = await findClientTool('psql', source.environment);
  if (tool !== null) {
    const args = [
      '--no-psqlrc',
      '--quiet',
      '--set=ON_ERROR_STOP=1',
      '--single-transaction',
      '--output=/dev/null',
      `--file=${file}`,
    ];
    await runLoadCommand({ ...source, tool, args });
    return { skipped: [] };
  }
  if ((await stat(file)).size > largestScript) {
    throw toolMissing({
      name: 'psql',
      purpose: `load ${file}, which is too large to be read at once`,
      major: null,
      found: null,
    });
  }
  await sendScript(session, file);
  return { skipped: [] };
}

async function sendScript(session: Session, file: string): Promise<void> {
  const statements = splitScript(await readFile(file, 'utf8'), { path: file, firstLine: 1 });
  await session.query('BEGIN; SET LOCAL session_replication_role = replica');
  for (const statement of statements) {
    try {
      await sendStatement(session, statement);
    } catch (error) {
      await session.query('ROLLBACK; RESET ALL').catch(() => undefined);
      const cause = asServerError(error);
      if (cause === null) throw error;
      throw refusedData(file, `line ${statement.span.line}: ${cause.message}`, cause);
    }
  }
  await session.query('COMMIT');
  await session.query('RESET ALL');
}
