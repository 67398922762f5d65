"""採算 / Unit economics: one module for each block of the page, put together by ``page``."""
