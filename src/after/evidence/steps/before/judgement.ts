import { counted } from '../../in-words.js';
import { byGate, defineStep, missing, notApplicable, seenIn } from '../step.js';

export const classified = defineStep({
  id: 'classified',
  title: 'The change is classified: complexity, breaking changes, affected tables, downtime',
  phase: 'before',
  remedy: '`lockkeeper preflight`, which judges the change and writes it down.',
  judge: ({ checks }) => {
    const check = checks.at(-1);
    if (check === undefined) return missing;
    const { migrations, totals } = check.body;
    const risks = [...new Set(migrations.map(({ risk }) => risk))].join(', ');
    const relations = new Set(
      migrations.flatMap(({ assessment }) => assessment.blastRadius.relations.map(({ relation }) => relation)),
    );
    const downtime = [...new Set(migrations.map(({ assessment }) => assessment.expectedDowntime))].join('; ');
    const figures = `risk ${risks}; ${counted(totals.error, 'error')}, ${counted(totals.warning, 'warning')}; touches ${[...relations].join(', ') || 'nothing that existed'}; downtime ${downtime}`;
    return seenIn(check, { holds: true, figures });
  },
});

export const noBlockingDdl = defineStep({
  id: 'no-blocking-ddl',
  title: 'No statement blocks traffic on a table that is there',
  phase: 'before',
  remedy: '`lockkeeper check` shows each such statement, and SQL that does the same safely.',
  judge: ({ checks }) => {
    const check = checks.at(-1);
    if (check === undefined) return missing;
    const all = check.body.migrations.flatMap(({ statements }) => statements.flatMap(({ findings }) => findings));
    const errors = all.filter(({ concern, severity }) => concern === 'availability' && severity === 'error');
    const figures =
      errors.length === 0
        ? 'no finding of severity error about availability'
        : errors.map(({ id, path, line }) => `${id} (${path}:${line})`).join(', ');
    return seenIn(check, { holds: errors.length === 0, figures });
  },
});

export const compatible = defineStep({
  id: 'compatible',
  title: 'Old and new application can work beside each other',
  phase: 'before',
  remedy: 'Split the change: expand, migrate, contract.',
  judge: ({ checks }) => {
    const check = checks.at(-1);
    if (check === undefined) return missing;
    const all = check.body.migrations.flatMap(({ statements, findings }) => [
      ...findings,
      ...statements.flatMap((one) => one.findings),
    ]);
    const breaking = all.filter(({ concern, severity }) => concern === 'compatibility' && severity !== 'info');
    const orders = [...new Set(check.body.migrations.map(({ assessment }) => assessment.deployment.order))].join(', ');
    const figures = `order of deployment: ${orders}${breaking.length === 0 ? '' : `; breaks: ${breaking.map(({ id }) => id).join(', ')}`}`;
    return seenIn(check, { holds: breaking.length === 0, figures });
  },
});

/** What the assessment says of it, whether or not anything breaks. */
export const compatibilityJudged = defineStep({
  id: 'compatibility-judged',
  title: 'What it breaks, and the order of deployment, are known',
  phase: 'before',
  remedy: '`lockkeeper preflight`, which judges the change and writes it down.',
  judge: (facts) => {
    const found = compatible.judge(facts);
    return found.state === 'failed' ? { ...found, state: 'done' } : found;
  },
});

export const windowNeeded = defineStep({
  id: 'window-if-needed',
  title: 'A maintenance window is agreed, where the change needs one',
  phase: 'before',
  remedy: '`targets.X.window` in the configuration',
  judge: (facts) => {
    const check = facts.checks.at(-1);
    const needsNone = check?.body.migrations.every(({ assessment }) => assessment.expectedDowntime === 'none') ?? false;
    return needsNone ? notApplicable('the change needs no downtime') : byGate(facts, 'maintenance-window');
  },
});

export const versionsRecorded = defineStep({
  id: 'versions-recorded',
  title: 'The versions of server, extensions and drivers are written down',
  phase: 'before',
  remedy: '`lockkeeper preflight`, which writes them down.',
  judge: ({ checks }) => {
    const check = checks.findLast(({ body }) => body.compatibility.server !== null);
    if (check === undefined) return missing;
    const { server, extensions, drivers } = check.body.compatibility;
    const named = [
      ...(extensions ?? []).map(({ name, version }) => `${name} ${version}`),
      ...drivers.map(({ name, installed, wanted }) =>
        [name, installed ?? wanted].filter((part) => part !== null).join(' '),
      ),
    ];
    return seenIn(check, { holds: true, figures: [`PostgreSQL ${server?.version}`, ...named].join(', ') });
  },
});
