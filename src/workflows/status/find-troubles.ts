import type { StatusReport, StatusTrouble } from '../../model/status-report.js';

type Facts = Omit<StatusReport, 'troubles'>;

/** What of a database's state needs a person, the most urgent first. Pure. */
export function findTroubles(facts: Facts): readonly StatusTrouble[] {
  return [...ofRuns(facts), ...ofAccounts(facts), ...ofKept(facts)];
}

function ofRuns({ unfinished, running, partlyApplied }: Facts): readonly StatusTrouble[] {
  const open = unfinished === null ? [] : [brokenOff(unfinished.id)];
  const left = running === null && unfinished === null ? partlyApplied : [];
  return [
    ...open,
    ...left.map(({ migrationId, steps }) => ({
      what: `${migrationId} is applied in part: ${steps.join(', ')} took effect, the rest did not.`,
      remedy: '`lockkeeper apply` goes on where it stopped.',
    })),
  ];
}

function brokenOff(id: string): StatusTrouble {
  return {
    what: `The run ${id} was broken off before its end.`,
    remedy: '`lockkeeper resume` finishes it; `lockkeeper abort` ends it where it is.',
  };
}

function ofAccounts({ disagreements, account, database }: Facts): readonly StatusTrouble[] {
  const { tool, table, failed, edited, gaps, gapConduct } = account;
  const list = (ids: readonly string[]) => ids.join(', ');
  return [
    ...disagreements.map(({ migrationId, ledger, tool: said }) => ({
      what: `The ledger has ${migrationId} as ${ledger}, ${table ?? `the table of ${tool}`} has it as ${said}.`,
      remedy: `Find out which is true, and write it down: \`lockkeeper repair --applied ${migrationId}\` or \`--reverted ${migrationId}\`.`,
    })),
    ...(failed.length === 0
      ? []
      : [
          {
            what: `Begun by ${tool} and not finished: ${list(failed)}.`,
            remedy: `See what they left in ${database}, and put it right with ${tool}.`,
          },
        ]),
    ...(edited.length === 0
      ? []
      : [
          {
            what: `Edited after ${database} got them: ${list(edited)}.`,
            remedy: 'Restore the files, and put the difference into a migration of its own.',
          },
        ]),
    ...(gaps.length === 0 || gapConduct !== 'refuses'
      ? []
      : [
          {
            what: `Not applied, though later ones are, and ${tool} refuses to go on: ${list(gaps)}.`,
            remedy: 'Give them a later number, or declare them with `lockkeeper baseline`.',
          },
        ]),
  ];
}

function ofKept({ kept }: Facts): readonly StatusTrouble[] {
  const expired = kept.filter((entry) => entry.expired);
  if (expired.length === 0) return [];
  const names = expired.map(({ id }) => id).join(', ');
  return [{ what: `Kept data has expired: ${names}.`, remedy: '`lockkeeper keep drop --expired` lets go of it.' }];
}
