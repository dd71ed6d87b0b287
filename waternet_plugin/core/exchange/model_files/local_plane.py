"""A plane for model files of which nobody says where on Earth they lie; needs no package."""

# A plane of its own for coordinates of which nobody says where on Earth they lie.
LOCAL_PLANE_NAME = "Local plane of a model file"
LOCAL_PLANE = (
    f'ENGCRS["{LOCAL_PLANE_NAME}",EDATUM["Unknown place"],CS[Cartesian,2],'
    'AXIS["easting (X)",east,ORDER[1]],AXIS["northing (Y)",north,ORDER[2]],LENGTHUNIT["metre",1]]'
)
