/** What the demo shop "Maison Lavande" tells its visitors in French. */
export const articlesFr = [
  {
    title: 'Délais de livraison',
    phrasings:
      'Combien de temps prend la livraison ?\nQuand arrivera mon colis ?\nQuand vais-je être livré ?\nSous combien de jours expédiez-vous ?\nQuels sont les frais de port ?\nLa livraison est-elle gratuite ?\nQuand vais-je recevoir mon paquet ?',
    body: 'Une commande passée avant 14 h un jour ouvré part de notre atelier le jour même. En France, elle arrive sous 2 jours ouvrés. La livraison coûte 4,90 € ; elle est offerte dès 45 €.',
  },
  {
    title: 'Retourner un article',
    phrasings:
      'Puis-je retourner un article ?\nComment faire un retour ?\nJ’ai changé d’avis\nComment renvoyer un produit ?\nQuelles sont vos conditions de retour ?\nÉtiquette de retour\nRendre un achat',
    body: 'Vous pouvez retourner les produits non ouverts sous 30 jours. Écrivez-nous avec votre numéro de commande : nous vous donnons une étiquette prépayée, à déposer avec le colis dans un bureau de poste. Les savons et bougies ouverts ne sont pas repris, sauf s’ils ont un défaut.',
  },
  {
    title: 'Remboursements',
    phrasings:
      'Quand serai-je remboursé ?\nMon remboursement a-t-il été fait ?\nJe n’ai pas été remboursée\nQuand vais-je récupérer mon argent ?\nDélai de remboursement\nÊtre remboursé',
    body: 'Nous vous remboursons sous 5 jours ouvrés après réception de votre retour, sur la carte ou le compte qui a servi au paiement. Votre banque peut mettre 2 ou 3 jours de plus à l’afficher.',
  },
  {
    title: 'Horaires de la boutique',
    phrasings:
      'Quand êtes-vous ouverts ?\nQuels sont vos horaires d’ouverture ?\nÊtes-vous ouverts le dimanche ?\nÀ quelle heure fermez-vous ?\nHeures d’ouverture aujourd’hui\nLa boutique est-elle fermée les jours fériés ?\nHoraires du magasin',
    body: 'Notre boutique d’Aix-en-Provence est ouverte du lundi au samedi, de 10 h à 19 h. Elle est fermée le dimanche et les jours fériés. Sur cette messagerie, nous répondons les mêmes jours de 9 h à 20 h.',
  },
  {
    title: 'Cartes cadeaux',
    phrasings:
      'Avez-vous des cartes cadeaux ?\nPuis-je offrir un bon d’achat ?\nComment utiliser mon chèque cadeau ?\nDurée de validité de la carte cadeau\nIdée de cadeau\nFaire un cadeau',
    body: 'Nos cartes cadeaux valent 25 €, 50 € ou 100 €. Elles arrivent par e-mail en quelques minutes et sont valables deux ans, en ligne et en boutique. Saisissez le code dans le panier ; le solde reste sur la carte.',
  },
  {
    title: 'Ingrédients et allergies',
    phrasings:
      'Quels sont les ingrédients du savon ?\nConvient-il aux peaux sensibles ?\nJe suis allergique aux noix\nContient-il de l’huile de palme ?\nVos produits sont-ils véganes ?\nAllergènes\nEst-ce sans danger pour les bébés ?\nComposition',
    body: 'Chaque fiche produit donne la liste complète. Nos savons sont faits d’huile d’olive, d’huile de coco et de beurre de karité, sans huile de palme, et sont véganes. L’huile essentielle de lavande contient du linalol, un allergène connu. Le savon sans parfum convient aux peaux sensibles et aux enfants de moins de 3 ans.',
  },
  {
    title: 'Suivre une commande',
    phrasings:
      'Où est ma commande ?\nOù est mon colis ?\nComment suivre mon colis ?\nJe n’ai pas reçu ma commande\nMon colis est en retard\nNuméro de suivi\nÉtat de ma commande\nColis perdu',
    body: 'L’e-mail d’expédition contient un lien de suivi. Vous le trouvez aussi dans votre compte, rubrique « Mes commandes ». S’il n’a pas bougé depuis 3 jours ouvrés, donnez-nous votre numéro de commande et nous le rechercherons.',
  },
  {
    title: 'Livraison à l’étranger',
    phrasings:
      'Livrez-vous à l’étranger ?\nLivrez-vous en Belgique ?\nLivraison internationale\nExpédiez-vous au Royaume-Uni ?\nPeut-on se faire livrer hors de France ?\nDroits de douane\nLivrez-vous en Suisse ou en Allemagne ?',
    body: 'Nous livrons dans l’Union européenne, au Royaume-Uni et en Suisse, en 3 à 6 jours ouvrés, pour 9,90 € ; c’est offert dès 90 €. Les droits de douane du Royaume-Uni et de la Suisse sont compris dans le prix affiché.',
  },
  {
    title: 'Moyens de paiement',
    phrasings:
      'Comment puis-je payer ?\nQuels moyens de paiement acceptez-vous ?\nPrenez-vous PayPal ?\nPuis-je payer en plusieurs fois ?\nMa carte a été refusée\nLe paiement est-il sécurisé ?\nRégler ma commande\nApple Pay',
    body: 'Vous pouvez payer par Visa, Mastercard, American Express, PayPal et Apple Pay, et dès 60 € en trois fois sans frais. Les numéros de carte vont directement à notre banque, sans passer par nos serveurs. Une carte refusée tient le plus souvent à la confirmation de votre banque : réessayez avec votre téléphone à portée de main.',
  },
  {
    title: 'Programme de fidélité',
    phrasings:
      'Comment cumuler des points ?\nCombien ai-je de points ?\nAvez-vous une carte de fidélité ?\nPoints de fidélité\nAvantages des membres\nComment adhérer au club ?',
    body: 'Chaque euro dépensé donne un point ; 100 points valent 5 €. L’adhésion est gratuite : cochez « Cumuler des points » dans votre compte. Les points sont gardés 18 mois après votre dernière commande.',
  },
  {
    title: 'Article abîmé ou manquant',
    phrasings:
      'Mon colis est arrivé abîmé\nLa bougie est cassée\nIl manque un article dans ma commande\nJ’ai reçu le mauvais produit\nLe flacon a coulé\nLe verre est fêlé\nProduit endommagé ou défectueux',
    body: 'Nous en sommes désolés. Écrivez-nous sous 14 jours avec votre numéro de commande et une photo : nous remplaçons l’article aussitôt, gratuitement. Inutile de renvoyer ce qui est cassé.',
  },
  {
    title: 'Nous contacter',
    phrasings:
      'Comment vous contacter ?\nQuelle est votre adresse e-mail ?\nOù se trouve votre boutique ?\nQuelle est votre adresse ?\nCoordonnées',
    body: 'Sur cette messagerie, un collègue vous répond du lundi au samedi, de 9 h à 20 h. Vous pouvez aussi écrire à bonjour@maison-lavande.example ou passer nous voir : 12 rue des Tanneurs, Aix-en-Provence.',
  },
  {
    title: 'Vente en gros et professionnels',
    phrasings:
      'Faites-vous de la vente en gros ?\nJ’ai un magasin et souhaite revendre vos produits\nClients professionnels\nCadeaux d’entreprise\nCommande en quantité\nTarif revendeur\nMinimum de commande pour les pros',
    body: 'Nous fournissons boutiques, hôtels et entreprises. La première commande est de 300 € au moins, à 40 % du prix public en moins. Écrivez à pro@maison-lavande.example avec votre numéro SIRET : votre compte est ouvert sous 2 jours ouvrés.',
  },
  {
    title: 'Ateliers savon et parfum',
    phrasings:
      'Proposez-vous des ateliers ?\nPuis-je fabriquer mon propre savon ?\nCours de parfum\nComment réserver un atelier ?\nActivité pour un groupe ou un anniversaire\nVisite des champs de lavande',
    body: 'Chaque mercredi et samedi à 14 h 30, créez votre savon ou votre parfum avec nous à Aix-en-Provence. L’atelier dure deux heures et coûte 39 €, dès 8 ans. Réservez sur la page « Ateliers » ; jusqu’à 48 heures avant, vous pouvez déplacer votre réservation sans frais.',
  },
] as const
