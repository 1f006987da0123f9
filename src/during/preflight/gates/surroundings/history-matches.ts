import type { AppliedHistory } from '../../../../foundation/history/applied-history.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import { firstOf } from '../../in-words.js';

type Observation =
  | {
      readonly history: Pick<
        AppliedHistory,
        'tool' | 'table' | 'wantedTable' | 'unknown' | 'edited' | 'failed' | 'gaps' | 'gapConduct'
      > & { readonly applied: number };
    }
  | { readonly history: null };

const remedy =
  'Bring files and database together first: get the missing files from the branch that was applied, undo edits of applied files (a new migration carries the difference), and repair what failed with the tool itself.';

function decide({ history }: Observation): GateDecision {
  if (history === null) {
    return unknown(
      "No table of the team's tool could be read, so what is applied is not known.",
      'Connect as a role that may read it, or name the format of the migrations.',
    );
  }
  const { tool, table, applied, failed, edited, unknown: foreign, gaps, gapConduct, wantedTable } = history;
  if (failed.length > 0) return block(`${tool} began and did not finish ${firstOf(failed)}.`, remedy);
  if (edited.length > 0) return block(`Edited after they were applied: ${firstOf(edited)}.`, remedy);
  if (foreign.length > 0) return block(`Applied, though there is no file of them: ${firstOf(foreign)}.`, remedy);
  if (table === null) {
    return warn(
      `There is no ${wantedTable}: for ${tool} nothing is applied yet.`,
      'Make sure that this is the right database; one that has the schema already needs a baseline first.',
    );
  }
  if (gaps.length === 0) return pass(`${applied} applied migrations of ${tool} agree with their files.`);
  const found = `Not applied, though later ones are: ${firstOf(gaps)}`;
  if (gapConduct === 'applies')
    return warn(
      `${found}; ${tool} applies them out of order.`,
      'Make sure that they do not depend on the order, or give them new numbers.',
    );
  return block(
    `${found}; ${tool} ${gapConduct === 'skips' ? 'would never apply them' : 'refuses that'}.`,
    'Give them numbers after the newest applied one.',
  );
}

export default defineGate<Observation>({
  id: 'history-matches',
  title: 'What is applied is what the files say',
  why: 'A change was judged and rehearsed on the history in the files. With another history behind it, it meets another schema.',
  remedy,
  sources: [],
  blindSpot:
    'Some tools keep no checksum: with them an edit of an applied file does not show. Statements that were run by hand stand in no table; structure-matches finds what they left.',
  inspect: async ({ change: { history } }) => {
    if (history === null) return { history: null };
    const { tool, table, wantedTable, applied, unknown: foreign, edited, failed, gaps, gapConduct } = history;
    const lists = { unknown: foreign, edited, failed, gaps };
    return { history: { tool, table, wantedTable, ...lists, gapConduct, applied: applied.length } };
  },
  decide,
});
