// Every body, written once for CPU and GPU.
#pragma once
#include "kernels/anomaly_bodies.h"
#include "kernels/band_composite_bodies.h"
#include "kernels/climatology_bodies.h"
#include "kernels/line_bodies.h"
#include "kernels/phenology_bodies.h"
#include "kernels/pixel_bodies.h"
#include "kernels/risk_bodies.h"
#include "kernels/series_bodies.h"
#include "kernels/spi_bodies.h"
#include "kernels/trend_bodies.h"
#include "kernels/whittaker_bodies.h"
