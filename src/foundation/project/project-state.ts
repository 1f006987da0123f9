import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Project } from '../../model/migration.js';
import { formatById } from './choose-format.js';
import { openProjectFiles } from './open-project-files.js';
import { readToolSettings } from './read-tool-settings.js';
import {
  type GapConduct,
  parseTableName,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
  type StateTableName,
  type ToolSettings,
} from './state-table.js';
import type { StateWriting } from './state-writing.js';

/** Under this name the placeholders say where a tool's table is, when neither its default nor its settings do. */
const placeholder = 'stateTable';

export interface ProjectStateOptions {
  readonly placeholders: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** How to read, and to write, what the project's tool writes down in a database. */
export interface ProjectState extends Pick<StateTable, 'columns' | 'laterColumns' | 'orderBy'> {
  /** The tool's name, for people. */
  readonly tool: string;
  readonly table: StateTableName;
  readonly gaps: GapConduct;
  interpret(rows: readonly StateRow[]): readonly StateEntry[];
  readonly writing: StateWriting;
  readonly subject: StateSubject;
  readonly settings: ToolSettings;
}

/** The project's tool keeps an account of its own in the database. */
export function keepsState({ format }: Project): boolean {
  return formatById(format).stateTable !== undefined;
}

/** @throws ChangeSafetyError `usage` for a project whose tool keeps no account of what it applied. */
export async function openProjectState(project: Project, options: ProjectStateOptions): Promise<ProjectState> {
  const format = formatById(project.format);
  const { stateTable } = format;
  if (stateTable === undefined) throw noStateTable(format.title);
  const { placeholders, variables } = options;
  const named = placeholders[placeholder];
  const settings = { file: readToolSettings(project.dir), variables, placeholders };
  const files = await openProjectFiles(project.dir);
  const subject = { migrations: project.migrations, files, options: { placeholders } };
  return {
    tool: format.title,
    table: named === undefined ? stateTable.locate(settings) : parseTableName(named),
    columns: stateTable.columns,
    laterColumns: stateTable.laterColumns,
    orderBy: stateTable.orderBy,
    gaps: stateTable.gaps(subject),
    interpret: (rows) => stateTable.read(rows, subject),
    writing: stateTable.writing,
    subject,
    settings,
  };
}

function noStateTable(title: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `No table in a database says which of these migrations are applied: they are ${title}.`,
    remedy: 'Say what the change is: --pending N, --from ID, --since REVISION, or --all.',
    effect: 'none',
  });
}
