// The demo shop's own script: its language switch, and one button that opens the widget through its public object.
;(() => {
  const key = 'maison-lavande.language'
  const root = document.documentElement

  function remembered() {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }

  function show(language) {
    root.lang = language
    for (const element of document.querySelectorAll('[data-fr]')) {
      element.dataset.en ??= element.textContent
      element.textContent = element.dataset[language]
    }
    for (const button of document.querySelectorAll('.language')) {
      button.textContent = language === 'fr' ? 'English' : 'Français'
      button.lang = language === 'fr' ? 'en' : 'fr'
    }
  }

  // Before the page is drawn, so that the widget starts in the right language.
  const language = remembered() === 'fr' ? 'fr' : 'en'
  root.lang = language

  addEventListener('DOMContentLoaded', () => {
    show(language)
    document.addEventListener('click', event => {
      if (event.target.closest('.language')) {
        const next = root.lang === 'fr' ? 'en' : 'fr'
        try {
          localStorage.setItem(key, next)
        } catch {
          // The choice then lasts for this page.
        }
        show(next)
      }
      if (event.target.closest('[data-ask]')) window.Guichet?.open()
    })
  })
})()
