import { mkdir, writeFile } from 'node:fs/promises';
import { rehearsalJsonSchema } from '../report/rehearsal-schema.js';
import { configJsonSchema } from '../workflows/config-schema.js';
import { buildProgram } from './program.js';

/** Writes what is derived from the code: JSON Schemas, and the reference of the commands. Run from the package's folder. */
async function writeDocs(): Promise<void> {
  await writeSchema('config', configJsonSchema());
  await writeSchema('rehearsal', rehearsalJsonSchema());
  await mkdir('docs', { recursive: true });
  await writeFile('docs/cli.md', reference());
}

async function writeSchema(name: string, schema: object): Promise<void> {
  await writeFile(`schemas/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}

function reference(): string {
  const program = buildProgram(null);
  program.configureHelp({ helpWidth: 110 });
  const commands = program.commands.map(
    (command) =>
      `## lockkeeper ${command.name()}\n\n\`\`\`text\n${command.configureHelp({ helpWidth: 110 }).helpInformation()}\`\`\`\n`,
  );
  return `# Commands\n\nGenerated from the program; \`npm run docs\` writes it anew.\n\n${commands.join('\n')}`;
}

await writeDocs();
