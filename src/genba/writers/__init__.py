"""Writers turn items into the files of a data product."""
