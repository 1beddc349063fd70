for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    const was = button.textContent
    button.textContent = document.body.dataset.copied
    document.querySelector('#said').textContent = document.body.dataset.copied
    setTimeout(() => { button.textContent = was }, 2000)
  })
}
if (navigator.share) for (const button of document.querySelectorAll('[data-share]')) {
  button.hidden = false
  button.addEventListener('click', () => navigator.share({ url: button.dataset.share }).catch(() => {}))
}
