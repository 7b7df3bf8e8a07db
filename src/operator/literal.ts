/**
 * Kubernetes expands `$(NAME)` in an environment variable's value and turns `$$` into `$`, so every `$` in a user's value is doubled.
 * Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literal(value: string): string {
  return value.replaceAll('$', '$$$$');
}
