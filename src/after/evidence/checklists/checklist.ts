import type { ChecklistLine, FilledChecklist } from '../../../model/controls.js';
import type { ChangeFacts } from '../change-facts.js';
import { type ConfirmableId, confirmableItem } from '../confirmable-items.js';
import { confirmCommand, judgeConfirmation } from '../steps/by-person.js';
import type { EvidenceStep } from '../steps/step.js';
import { moment } from '../in-words.js';

/**
 * One line of a team's list: the text, and who says whether it is done. `{at}` stands for the time, `{figures}` for what was
 * found, `{by}` for who did it. With a step and a person, the person is asked for what no record shows.
 */
export interface ChecklistItem {
  readonly text: string;
  readonly step?: EvidenceStep;
  readonly person?: ConfirmableId;
}

/** A team's checklist, as data. */
export interface Checklist {
  /** Name of its file. */
  readonly id: string;
  readonly title: string;
  readonly head: readonly { readonly name: string; readonly read: (facts: ChangeFacts) => string | null }[];
  readonly sections: readonly { readonly title: string; readonly items: readonly ChecklistItem[] }[];
}

/** Keeps the shape; each list is one file. */
export function defineChecklist(checklist: Checklist): Checklist {
  return checklist;
}

/** Fills a list from what is on record. Nothing is ticked that no record shows and nobody said. */
export function fillChecklist({ id, title, head, sections }: Checklist, facts: ChangeFacts): FilledChecklist {
  return {
    id,
    title,
    head: head.map(({ name, read }) => ({ name, value: read(facts) })),
    sections: sections.map((section) => ({
      title: section.title,
      lines: section.items.map((item) => fillLine(item, facts)),
    })),
  };
}

function fillLine({ text, step, person }: ChecklistItem, facts: ChangeFacts): ChecklistLine {
  const item = person === undefined ? null : confirmableItem(person);
  const said = item === null ? null : judgeConfirmation(facts, item);
  const seen = step?.judge(facts) ?? null;
  // What somebody said stands for what no record shows; it does not outweigh a record.
  const found = seen === null || (seen.state === 'missing' && said !== null) ? said : seen;
  const finding = found ?? { state: 'missing', by: null, at: null, figures: null, record: null };
  const asked = finding.state === 'ask' ? item : null;
  return {
    ...finding,
    text: fillText(text, finding),
    askRole: asked?.role ?? null,
    confirm: asked === null ? null : confirmCommand(facts, asked),
  };
}

function fillText(
  text: string,
  { at, figures, by, state }: Omit<ChecklistLine, 'text' | 'askRole' | 'confirm'>,
): string {
  const gap = '…';
  return text
    .replaceAll('{at}', at === null ? gap : moment(at))
    .replaceAll('{figures}', state === 'ask' ? gap : (figures ?? gap))
    .replaceAll('{by}', by ?? gap);
}
