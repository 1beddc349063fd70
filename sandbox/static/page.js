/* Copy buttons, the phone menu, selects that act at once. */
(() => {
  'use strict'
  document.addEventListener('click', async (event) => {
    const copy = event.target.closest('[data-copy]')
    if (copy) {
      await navigator.clipboard.writeText(copy.dataset.copy)
      const before = copy.textContent
      copy.textContent = 'Copied'
      setTimeout(() => (copy.textContent = before), 1500)
    }
    if (event.target.closest('#menu-button')) {
      const open = document.body.classList.toggle('menu-open')
      document.getElementById('menu-button').setAttribute('aria-expanded', String(open))
    }
  })
  document.addEventListener('change', (event) => {
    if (event.target.matches('select[data-submit]')) event.target.form.requestSubmit()
  })
})()
