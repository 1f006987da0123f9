import { splitScript } from '../../sql/split-script.js';
import { scriptError } from './script-error.js';

export interface GooseSections {
  /** The text with all lines of other parts empty, so that its lines keep their numbers. */
  readonly up: string;
  readonly down: string | null;
  /** `-- +goose NO TRANSACTION` stands somewhere in the file. */
  readonly optsOut: boolean;
  /** `-- +goose ENVSUB ON` stands somewhere in the file. */
  readonly substitutes: boolean;
}

const command = /^--\s*\+goose (.*?)\s*$/;

/** Divides a goose file by its annotations. @throws ChangeSafetyError where goose itself would refuse the file. */
export function splitGoose(path: string, text: string): GooseSections {
  const lines = text.split('\n');
  const up = lines.map(() => '');
  const down = lines.map(() => '');
  const commands = lines.map((line) => command.exec(line)?.[1] ?? null);
  const upAt = commands.indexOf('Up');
  const downAt = commands.indexOf('Down');
  if (upAt < 0)
    throw scriptError(
      path,
      'goose refuses a file without "-- +goose Up".',
      'Add that line before the first statement.',
    );
  if (commands.lastIndexOf('Up') !== upAt || (downAt >= 0 && downAt < upAt)) {
    const line = commands.lastIndexOf('Up') + 1;
    throw scriptError(
      `${path}:${line}`,
      'goose wants one "-- +goose Up", before "-- +goose Down".',
      'Divide the file.',
    );
  }
  lines.forEach((line, index) => {
    if (commands[index] !== null || index < upAt) return;
    if (downAt < 0 || index < downAt) up[index] = line;
    else down[index] = line;
  });
  const blocks = statementBlocks(path, commands);
  for (const part of [up, down]) refuseCutStatement(path, part, blocks);
  return {
    up: up.join('\n'),
    down: downAt < 0 ? null : down.join('\n'),
    optsOut: commands.includes('NO TRANSACTION'),
    substitutes: commands.includes('ENVSUB ON') || commands.includes('ENVSUBST ON'),
  };
}

/** For each line, whether it stands between StatementBegin and StatementEnd. */
function statementBlocks(path: string, commands: readonly (string | null)[]): readonly boolean[] {
  let begin: number | null = null;
  const inside = commands.map((name, index) => {
    if (name === 'StatementBegin') begin = index;
    if (name === 'StatementEnd') begin = null;
    return begin !== null;
  });
  if (begin !== null)
    throw scriptError(`${path}:${begin + 1}`, 'StatementBegin without StatementEnd.', 'Add "-- +goose StatementEnd".');
  return inside;
}

/** Outside such blocks goose ends a statement at every line that ends with a semicolon, be it inside a function's body. */
function refuseCutStatement(path: string, lines: readonly string[], blocks: readonly boolean[]): void {
  for (const { span } of splitScript(lines.join('\n'), { path, firstLine: 1 })) {
    for (let line = span.line; line < span.endLine; line += 1) {
      const text = (lines[line - 1] as string)
        .trimEnd()
        .replace(/(^|\s)--.*$/, '')
        .trimEnd();
      if (!text.endsWith(';') || blocks[line - 1] === true) continue;
      throw scriptError(
        `${path}:${line}`,
        'goose ends the statement at this line, in the middle.',
        'Put the statement between "-- +goose StatementBegin" and "-- +goose StatementEnd".',
      );
    }
  }
}
