import { safeStorage } from 'electron'
import type { Sealer } from '../secrets-file.ts'

/** The system's keyring through Electron. Chromium's `basic_text` seals with a key that everybody has, so it does not count. */
export const keyring: Sealer = {
  isAvailable() {
    if (!safeStorage.isEncryptionAvailable()) return false
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
  },
  seal: (clear) => safeStorage.encryptString(clear),
  open: (sealed) => safeStorage.decryptString(sealed),
}
