import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { type ChangedComponent, changedComponents, type DeclaredChange } from '../../model/declared-change.js';
import type { Complexity } from '../../model/migration.js';

const suffix = /\.change\.ya?ml$/;
const levels: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const keys = ['title', 'component', 'name', 'from', 'to', 'rollback', 'restart', 'complexity'];

/**
 * Changes without SQL that lie beside the migrations (`0042_driver.change.yaml`), in the order of their names.
 * @throws ChangeSafetyError `project-invalid` for a file that does not say what it has to.
 */
export async function readDeclaredChanges(dir: string): Promise<readonly DeclaredChange[]> {
  const names = await readdir(dir).catch((): string[] => []);
  const files = names.filter((name) => suffix.test(name)).toSorted();
  return await Promise.all(files.map(async (path) => readDeclaration(path, await readFile(join(dir, path), 'utf8'))));
}

async function readDeclaration(path: string, text: string): Promise<DeclaredChange> {
  // Most projects have none of these files.
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw invalid(path, error.message);
  const content: unknown = document.toJS();
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw invalid(path, 'it is no mapping');
  const fields: Readonly<Record<string, unknown>> = { ...content };
  const unknown = Object.keys(fields).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw invalid(path, `it has ${unknown.join(', ')}; known are ${keys.join(', ')}`);
  return {
    id: path.replace(suffix, ''),
    path,
    title: requiredText(fields, 'title', path),
    component: componentOf(fields, path),
    name: requiredText(fields, 'name', path),
    from: optionalText(fields, 'from', path),
    to: optionalText(fields, 'to', path),
    rollback: optionalText(fields, 'rollback', path),
    restart: fields['restart'] === true,
    complexity: levelOf(fields, path),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function requiredText(fields: Fields, key: string, path: string): string {
  const text = optionalText(fields, key, path);
  if (text === null) throw invalid(path, `${key} is missing`);
  return text;
}

/** Versions look like numbers to YAML. */
function optionalText(fields: Fields, key: string, path: string): string | null {
  const value = fields[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw invalid(path, `${key} has to be a text`);
}

function componentOf(fields: Fields, path: string): ChangedComponent {
  const component = changedComponents.find((one) => one === fields['component']);
  if (component === undefined) throw invalid(path, `component has to be one of ${changedComponents.join(', ')}`);
  return component;
}

function levelOf(fields: Fields, path: string): Complexity | null {
  const text = optionalText(fields, 'complexity', path);
  if (text === null) return null;
  const level = levels.find((one) => one === text.toUpperCase());
  if (level === undefined) throw invalid(path, `complexity has to be one of ${levels.join(', ')}`);
  return level;
}

function invalid(path: string, what: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'project-invalid',
    message: `${path} does not declare a change: ${what}.`,
    remedy: 'It takes title, component and name, and may take from, to, rollback, restart and complexity.',
    effect: 'none',
  });
}
