// Runs before the first paint: the chosen theme, text size and language, so that nothing jumps.
try {
  const face = JSON.parse(localStorage.getItem('xunfang.face') || '{}')
  const root = document.documentElement
  if (face.theme) root.dataset.theme = face.theme
  if (face.text) root.dataset.text = face.text
  if (face.language === 'en') root.lang = 'en'
} catch {
  // a locked-down browser without storage: the system's look will do
}
