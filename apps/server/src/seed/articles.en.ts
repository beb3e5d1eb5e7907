/** What the demo shop "Maison Lavande" tells its visitors in English. */
export const articlesEn = [
  {
    title: 'Delivery times',
    phrasings:
      'How long does delivery take?\nWhen will my parcel arrive?\nHow fast do you ship?\nWhen will I receive my package?\nWhen will it be delivered?\nWhat are the shipping costs?\nHow much is shipping?\nIs delivery free?',
    body: 'Orders placed before 2 pm on a working day leave our workshop the same day. In France they arrive within 2 working days. Delivery costs €4.90 and is free from €45.',
  },
  {
    title: 'Returns',
    phrasings:
      'Can I return an item?\nReturn what I bought\nHow do I return something?\nI changed my mind\nHow do I bring a product back?\nWhat is your return policy?\nReturn label',
    body: 'You can return unopened products within 30 days. Write to us with your order number and we will give you a prepaid label; drop the box at any post office. Opened soaps and candles cannot be taken back, unless something is wrong with them.',
  },
  {
    title: 'Refunds',
    phrasings:
      'When do I get my money back?\nHow long does a refund take?\nHas my refund been made?\nI was not reimbursed\nWhere is my money?',
    body: 'We refund you within 5 working days of receiving your return, to the card or account you paid with. Your bank may take 2 or 3 days more to show it.',
  },
  {
    title: 'Opening hours of the shop',
    phrasings:
      'When are you open?\nWhat are your opening hours?\nAre you open on Sunday?\nWhat time do you close?\nOpening times today\nAre you closed on public holidays?',
    body: 'Our shop in Aix-en-Provence is open Monday to Saturday, 10 am to 7 pm. We are closed on Sundays and French public holidays. Here on the chat we answer on the same days, 9 am to 8 pm.',
  },
  {
    title: 'Gift cards',
    phrasings:
      'Do you have gift cards?\nCan I buy a voucher?\nHow do I use my gift voucher?\nHow long is a gift certificate valid?\nIdea for a present',
    body: 'Gift cards come in €25, €50 and €100. They arrive by e-mail within minutes and are valid for two years, online and in the shop. Type the code in the basket; what is left stays on the card.',
  },
  {
    title: 'Ingredients and allergies',
    phrasings:
      'Which ingredients are in the soap?\nIs it suitable for sensitive skin?\nI am allergic to nuts\nDoes it contain palm oil?\nAre your products vegan?\nAllergens\nIs it safe for babies?',
    body: 'Each product page lists every ingredient. Our soaps are made of olive oil, coconut oil and shea butter, without palm oil, and are vegan. Lavender oil contains linalool, a known allergen. Unperfumed soap is the right choice for sensitive skin and for children under 3.',
  },
  {
    title: 'Tracking an order',
    phrasings:
      'Where is my order?\nWhere is my parcel?\nHow do I track my package?\nI have not received my order\nMy parcel is late\nTracking number\nOrder status',
    body: 'The e-mail we wrote when your parcel left holds a tracking link. You also find it in your account under “My orders”. If it has not moved for 3 working days, tell us your order number and we will look for it.',
  },
  {
    title: 'Shipping abroad',
    phrasings:
      'Do you ship to other countries?\nDo you deliver to Belgium?\nInternational shipping\nDo you ship to the United Kingdom?\nCan you deliver outside France?\nCustoms duties\nDo you deliver to Switzerland or Germany?',
    body: 'We ship to the European Union, the United Kingdom and Switzerland. It takes 3 to 6 working days and costs €9.90, free from €90. Customs duties for the United Kingdom and Switzerland are included in the price you see.',
  },
  {
    title: 'Ways to pay',
    phrasings:
      'How can I pay?\nWhich payment methods do you accept?\nDo you take PayPal?\nCan I pay in instalments?\nMy card was declined\nIs payment secure?\nApple Pay',
    body: 'You can pay by Visa, Mastercard, American Express, PayPal and Apple Pay, and from €60 in three instalments without fees. Card numbers go straight to our bank and never pass through our servers. A declined card is usually a matter of your bank’s confirmation step: try again with your phone at hand.',
  },
  {
    title: 'Loyalty programme',
    phrasings:
      'How do I collect points?\nHow many points do I have?\nDo you have a loyalty card?\nReward points\nMember discount\nHow do I join the club?',
    body: 'Each euro spent gives one point; 100 points are worth €5. Joining is free: tick “Collect points” in your account. Points are kept for 18 months after your last order.',
  },
  {
    title: 'Damaged or missing item',
    phrasings:
      'My parcel arrived damaged\nThe candle is broken\nAn item is missing from my order\nI received the wrong product\nThe bottle leaked\nThe glass was cracked',
    body: 'We are sorry. Write to us within 14 days with your order number and a photo, and we replace the item at once, free of charge. You need not return what is broken.',
  },
  {
    title: 'How to reach us',
    phrasings:
      'How can I contact you?\nWhat is your e-mail address?\nWhere is your shop?\nWhere are you located?\nWhat is your address?\nContact details',
    body: 'Here on the chat a colleague answers Monday to Saturday, 9 am to 8 pm. You can also write to bonjour@maison-lavande.example, or come by: 12 rue des Tanneurs, Aix-en-Provence.',
  },
  {
    title: 'Wholesale and business orders',
    phrasings:
      'Do you sell wholesale?\nI own a shop and want to resell your products\nBusiness customers\nCorporate presents\nBulk order\nPrice list for retailers\nMinimum order for professionals',
    body: 'We supply shops, hotels and companies. The first order starts at €300, with 40 % off shop prices. Write to pro@maison-lavande.example with your company number and we open your account within 2 working days.',
  },
  {
    title: 'Soap and perfume workshops',
    phrasings:
      'Do you offer workshops?\nCan I make my own soap?\nPerfume class\nHow do I book a workshop?\nActivity for a group or a birthday\nVisit of the lavender fields',
    body: 'Every Wednesday and Saturday at 2:30 pm you can make your own soap or perfume with us in Aix-en-Provence. It takes two hours and costs €39, from 8 years of age. Book on the page “Workshops”; up to 48 hours before, you can move your booking free of charge.',
  },
] as const
