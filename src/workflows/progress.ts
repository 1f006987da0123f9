/** What a workflow is doing, for whoever waits. */
export type Progress =
  | { readonly kind: 'phase'; readonly text: string }
  | { readonly kind: 'history'; readonly done: number; readonly total: number }
  | { readonly kind: 'proof'; readonly done: number; readonly total: number }
  /** What the team's own command writes. */
  | { readonly kind: 'output'; readonly text: string }
  | {
      readonly kind: 'statement';
      readonly path: string;
      readonly number: number;
      readonly count: number;
      readonly sql: string;
    };

export type OnProgress = (progress: Progress) => void;
