"""What marketing lives with besides its volumes: sales (連携) and the market's opinion (ブランド・信頼)."""
