/** The value of one series in Prometheus' text format; undefined if it is missing. */
export function valueOf(text: string, series: string): number | undefined {
  const found = text.split('\n').find((line) => line.startsWith(`${series} `));
  return found === undefined ? undefined : Number(found.slice(series.length + 1));
}

/** The names of all metrics in Prometheus' text format, histograms with their three suffixes. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
  );
}
