/**
 * Tells electron-builder that node_modules is seen to: everything but the native addon is bundled, and that one is named in electron-builder.yml.
 * Else it would walk all dependencies.
 */
export function beforeBuild() {
  return false
}
