/**
 * A receipt of version 1, for the case of a success and for the test that receipts stay valid. It was made without the library that
 * makes and verifies receipts; the private half of its key was not kept.
 */
export const SAMPLE_RECEIPT = {
  // cspell:disable
  jws: [
    'eyJhbGciOiJFZERTQSIsImtpZCI6Ikc2am8wdm8tempnX1FrZkxLcDlqeng1c0RCUGFRckxITUpCY1E1T2V6eTgiLCJ0eXAiOiJkeW5hbW9jdG',
    'wtcmVjZWlwdCtqd3QifQ.eyJ2ZXJzaW9uIjoxLCJvdXRjb21lIjoiUGFydGl0aW9uRGVsZXRlZCIsInRhYmxlIjp7ImlkIjoiN2QzZTFjNTItM',
    '2YwYi00ZDZhLTlhNTUtMGMzYThhMWQ5ZjEwIiwibmFtZSI6Ik9yZGVycyIsInJlZ2lvbiI6InVzLWVhc3QtMSIsImVuZHBvaW50IjoiaHR0cDo',
    'vL2R5bmFtb2RiLWxvY2FsLmRlZmF1bHQ6ODAwMCJ9LCJwYXJ0aXRpb25LZXkiOnsiZGlnZXN0IjoiY2JlZjI0ZjExZDk5ZThmMWEyMjllMTk3Z',
    'DYzNTdhMWZiN2VmMDhiZWNiZGM1NDQ4ZmE2YzBlNzJjYmQ1ZWIzZSJ9LCJzb3J0S2V5cyI6eyJyYW5nZSI6ImFsbCJ9LCJpdGVtc0RlbGV0ZWQ',
    'iOjEyNTAwLCJ2ZXJpZmllZEVtcHR5Ijp0cnVlLCJ2ZXJpZmllZEF0IjoiMjAyNi0xMS0yM1QwMjoxMDoxMFoiLCJyZXNvdXJjZSI6eyJuYW1lc',
    '3BhY2UiOiJkZWZhdWx0IiwibmFtZSI6Im9rIiwidWlkIjoiNjU2YmZiMDctYjk4ZS00NjhhLThmZTQtNDYwOTAxZWY3ZTQzIn0sImpvYlVJRCI',
    '6IjhjODkwY2FhLWM5YmItNDliMS05NzlmLTA4NGEwMTQxZDI0MSIsIndvcmtlciI6eyJ2ZXJzaW9uIjoiMC4xLjAiLCJpbWFnZSI6ImdoY3Iua',
    'W8vc2Fuaml2bWFkaGF2YW4vZHluYW1vY3RsLWRwLW9wZXJhdG9yOnYwLjEuMCJ9fQ.nAFufIaO9pL455rvJiqh2uYe6-gHs31ZhYPMOlMm81vh',
    'M_um7i__mZOuPBpuWf22zulpjp8jM7nE3rx5vCMyAA',
  ].join(''),
  // cspell:enable
  publicKey: { crv: 'Ed25519', kty: 'OKP', x: 'BSAcbplDhVTKim6w-pb9hG2sHT-0oveFPwVPqw1O7hs' },
  /** What its digest is of. */
  partitionValue: 'sleep 6',
} as const;
