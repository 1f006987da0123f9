import { Command, InvalidArgumentError, Option } from 'commander';
import { type Facet, facets } from '../../model/schema-snapshot.js';
import { diffFormats } from '../diff-format.js';
import { positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { DiffFlags } from '../run-diff.js';

export function diffCommand(program: ProgramRun | null): Command {
  return new Command('diff')
    .description(
      'Compare two schemas, object by object: databases, folders of migrations, dumps; nothing is written to a database',
    )
    .argument('<before>', 'a connection string, a configured target, a folder of migrations, or a dump')
    .argument('<after>', 'the same')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .addOption(
      new Option('--facets <list>', `what is compared: all, or some of ${facets.join(',')}`)
        .default(['structure'], 'structure')
        .argParser(toFacets),
    )
    .option(
      '--server-major <n>',
      'major version on which folders and dumps are tried (default: of the other side)',
      positive,
    )
    .option('--server-bin <folder>', 'programs of an installed PostgreSQL for that, instead of the embedded one')
    .option('--with-tool-tables', 'compare the tables too that migration tools keep for themselves')
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        diffFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .action(async (before: string, after: string, flags: DiffFlags) => {
      if (program === null) return;
      const { runDiff } = await import('../run-diff.js');
      program.finish(await runDiff([before, after], flags, program.around));
    });
}

function toFacets(text: string): readonly Facet[] {
  if (text === 'all') return facets;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !facets.some((facet) => facet === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There are: ${facets.join(', ')}.`);
  return facets.filter((facet) => names.includes(facet));
}
