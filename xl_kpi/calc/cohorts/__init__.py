"""Rates and lags out of leads that were watched for different times: who went on after how many days, who not yet."""
