import { ChangeSafetyError } from '../model/change-safety-error.js';
import { confirm, listConfirmable } from '../workflows/confirm.js';
import { exitCodes } from './exit-code.js';
import { recordRequestOf, type RecordFlags } from './run-evidence.js';
import { showEvidenceReport } from './show-evidence-report.js';
import type { Surroundings } from './surroundings.js';

export interface ConfirmFlags extends RecordFlags {
  readonly list?: boolean;
  readonly change?: string;
  readonly role?: string;
  readonly note?: string;
  readonly at?: string;
  readonly notApplicable?: boolean;
  readonly key?: string;
}

/** Writes a confirmation down, or lists what may be confirmed. Throws ChangeSafetyError. */
export async function runConfirm(item: string | null, flags: ConfirmFlags, around: Surroundings): Promise<number> {
  const { change = null, role = null, note = null, at = null, notApplicable = false, list = false, key = null } = flags;
  const request = { ...recordRequestOf(flags, around), change };
  if (list) {
    await showEvidenceReport(await listConfirmable(request), flags, around);
    return exitCodes.ok;
  }
  if (item === null) throw nothingNamed();
  const {
    report,
    recordPath,
    note: unanchored,
  } = await confirm({
    ...request,
    item,
    role,
    note,
    at,
    notApplicable,
    key,
    onProgress: (news) => {
      if (news.kind === 'output') around.stderr.write(news.text);
    },
  });
  await showEvidenceReport(report, flags, around);
  around.stderr.write(`Record written to ${around.shorten(recordPath)}\n`);
  if (unanchored !== null) around.stderr.write(`${unanchored}\n`);
  return exitCodes.ok;
}

function nothingNamed(): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'It is not said what is confirmed.',
    remedy: '`lockkeeper confirm --list` names all that may be confirmed.',
    effect: 'none',
  });
}
