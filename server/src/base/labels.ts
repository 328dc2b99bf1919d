/** Labels of one series, target or Kubernetes object; a metric's name stands under `__name__`. */
export type Labels = Readonly<Record<string, string>>;
