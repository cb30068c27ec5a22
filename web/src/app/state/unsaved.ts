// What was typed into forms that stand in a page. A dialog asks by itself before it closes; these are asked
// after before the page is loaded anew.

const forms = new Set<() => boolean>();

export const unsaved = {
  /** `typed` says whether a form has something to lose; call the result when the form goes away. */
  watch(typed: () => boolean): () => void {
    forms.add(typed);
    return () => forms.delete(typed);
  },

  get any(): boolean {
    return [...forms].some((typed) => typed());
  },
};
