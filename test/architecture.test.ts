import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { concerns } from '../src/model/classification.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which rooms of the foundation a room may import, beside the model and itself. */
const foundationEdges: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  config: ['runtime'],
  records: ['runtime'],
  signatures: [],
  approvals: ['records', 'signatures'],
  sql: ['runtime'],
  effects: ['sql'],
  catalog: ['postgres', 'sql', 'records'],
  integrity: ['postgres', 'sql', 'runtime'],
  project: ['sql', 'effects', 'runtime'],
  postgres: ['sql', 'runtime'],
  ledger: ['postgres', 'runtime'],
  activity: ['postgres', 'sql', 'runtime'],
  probes: ['postgres', 'runtime', 'sql'],
  observers: ['postgres', 'effects', 'sql', 'runtime'],
  history: ['project', 'ledger', 'postgres', 'sql'],
  steps: ['observers', 'postgres', 'effects', 'sql', 'project', 'runtime'],
  tap: ['steps', 'observers', 'postgres', 'effects', 'sql', 'runtime'],
  stage: ['steps', 'observers', 'catalog', 'postgres', 'effects', 'sql', 'project', 'runtime'],
};

/** Rooms that must stay usable without a server. */
const serverless = ['sql', 'effects', 'config', 'records', 'signatures', 'approvals'];

const wings = ['before', 'during', 'after', 'back'];

/** Rooms that see values only, and what of the foundation they may use. */
const valueRooms: Readonly<Record<string, readonly string[]>> = {
  'before/classify': ['sql', 'effects', 'records'],
  'after/evidence': ['sql', 'effects', 'records', 'signatures', 'approvals'],
};

/** Folders whose files, those of sub-folders too, each define one thing, which the one list in index.ts names. */
const listedFolders = [
  { folder: 'src/foundation/project/formats', define: 'defineFormat(' },
  ...concerns.map((concern) => ({ folder: `src/before/classify/rules/${concern}`, define: 'defineRule(' })),
  { folder: 'src/back/rollback/invert/emit', define: 'defineEmitter(' },
  { folder: 'src/during/preflight/gates', define: 'export default defineGate' },
  { folder: 'src/after/verify/assertions', define: 'export default define' },
  { folder: 'src/after/evidence/checklists', define: 'export default defineChecklist' },
];

interface Module {
  /** Relative to src, with forward slashes. */
  readonly path: string;
  /** Relative to src; packages and Node's own modules by their names. */
  readonly imports: readonly string[];
}

/** Paths of the TypeScript files of a folder, relative to the root; none when there is no such folder. */
function listSources(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));
}

function readModules(): readonly Module[] {
  return listSources('src').map((file) => {
    const path = file.slice('src/'.length);
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
    const imports = importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? normalize(join(dirname(path), fileName)).replace(/\.js$/, '.ts') : fileName,
    );
    return { path, imports };
  });
}

/** `foundation/sql`, `before/rehearse`; for everything else the first part of the path. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'foundation' || wings.includes(first) ? `${first}/${second}` : first;
}

/** Why a module of one room may not import one of another; null when it may. */
function refusal(room: string, imported: string): string | null {
  if (room === imported) return null;
  const [area = ''] = room.split('/');
  const [importedArea = '', importedRoom = ''] = imported.split('/');
  const may = (...areas: readonly string[]) =>
    areas.includes(importedArea) ? null : `${area} may import only ${areas.join(', ')}`;
  if (area === 'model') return 'model imports nothing';
  if (area === 'report') return may('model');
  if (area === 'workflows') return may('model', 'foundation', ...wings);
  if (area === 'foundation') {
    if (importedArea !== 'foundation') return may('model');
    return foundationEdges[room.slice('foundation/'.length)]?.includes(importedRoom) ? null : 'no edge in the map';
  }
  if (wings.includes(area)) {
    const values = valueRooms[room];
    if (importedArea === 'foundation' && values !== undefined && !values.includes(importedRoom)) {
      return `${room} sees values only`;
    }
    return may('model', 'foundation');
  }
  if (['cli', 'dashboard', 'index.ts', 'bench'].includes(area)) return may('workflows', 'report', 'model');
  return 'an unknown room';
}

/** One line for each import that crosses a wall. */
function violations(modules: readonly Module[]): readonly string[] {
  const ours = new Set(modules.map(({ path }) => path));
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap((imported) => {
      // Packages are a matter of taste everywhere but in the model.
      if (!ours.has(imported) && roomOf(path) !== 'model') return [];
      const why = refusal(roomOf(path), roomOf(imported));
      return why === null ? [] : [`${path} → ${imported}: ${why}`];
    }),
  );
}

/** A way round in a graph, or null. */
function findCircle(edges: Readonly<Record<string, readonly string[]>>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return null;
    const circles = (edges[node] ?? []).map((next) => visit(next, [...trail, node]));
    done.add(node);
    return circles.find((circle) => circle !== null) ?? null;
  };
  return (
    Object.keys(edges)
      .map((node) => visit(node, []))
      .find((circle) => circle !== null) ?? null
  );
}

const modules = readModules();

describe('who may import whom', () => {
  test('every import of the source stays within the walls', () => {
    expect(modules.length).toBeGreaterThan(50);
    expect(violations(modules)).toEqual([]);
  });

  test('the map of the foundation has no circle, and keeps the server out of where it must not be', () => {
    expect(findCircle(foundationEdges)).toBeNull();
    for (const room of serverless) expect(foundationEdges[room]).not.toContain('postgres');
  });

  test('every room of the foundation stands in the map', () => {
    const rooms = modules.map(({ path }) => roomOf(path)).filter((room) => room.startsWith('foundation/'));
    const unknown = [...new Set(rooms)].filter((room) => !(room.slice('foundation/'.length) in foundationEdges));
    expect(unknown).toEqual([]);
  });

  test.each([
    ['model/a.ts', 'node:fs', 'model imports nothing'],
    ['model/a.ts', 'report/b.ts', 'model imports nothing'],
    ['foundation/sql/a.ts', 'foundation/postgres/b.ts', 'no edge'],
    ['foundation/runtime/a.ts', 'report/b.ts', 'foundation may import only model'],
    ['before/rehearse/a.ts', 'during/apply/b.ts', 'before may import only'],
    ['before/rehearse/a.ts', 'before/shape/b.ts', 'before may import only'],
    ['after/evidence/a.ts', 'foundation/postgres/b.ts', 'values only'],
    ['report/a.ts', 'foundation/sql/b.ts', 'report may import only model'],
    ['workflows/a.ts', 'report/b.ts', 'workflows may import only'],
    ['cli/a.ts', 'foundation/sql/b.ts', 'cli may import only'],
    ['index.ts', 'before/rehearse/b.ts', 'index.ts may import only'],
    ['helpers/a.ts', 'model/b.ts', 'unknown room'],
  ])('%s may not import %s', (path, imported, why) => {
    const found = violations([
      { path, imports: [imported] },
      { path: imported, imports: [] },
    ]);
    expect(found).toEqual([expect.stringContaining(why)]);
  });

  test('a circle is found', () => {
    expect(findCircle({ a: ['b'], b: ['c'], c: ['b'] })).toEqual(['b', 'c', 'b']);
  });
});

describe.each(listedFolders.filter(({ folder }) => existsSync(join(root, folder))))('$folder', ({ folder, define }) => {
  test('every file that defines something is in the one list', () => {
    const defining = modules
      .map(({ path }) => path)
      .filter((path) => path.startsWith(`${folder.slice('src/'.length)}/`))
      .filter((path) => readFileSync(join(root, 'src', path), 'utf8').includes(define));
    const list = modules.find(({ path }) => path === join(folder.slice('src/'.length), 'index.ts'));
    expect(defining.length).toBeGreaterThan(0);
    expect(defining.filter((path) => !list?.imports.includes(path))).toEqual([]);
  });
});

test('no file is longer than 400 lines', () => {
  const long = ['src', 'test', 'bench']
    .flatMap(listSources)
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 400);
  expect(long).toEqual([]);
});
