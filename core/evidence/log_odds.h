// Weights of evidence: how far a report, or the lack of one, moves the log-odds of an event.
#pragma once
#include <vector>

namespace fw {

/// ln P(r|event) / P(r|none) in nats for a report that says yes or no, with P(yes|.) = reliability rate + (1 -
/// reliability) / 2. In: reliability, sensitivity, false_positive_rate 0..1. Out: 0 for a reliability of 0.
double weight_of_report(bool yes, double reliability, double sensitivity, double false_positive_rate);
/// Divisor 1 + rho (n - 1) of n voices that partly repeat each other: 1 where rho is 0, n where rho is 1.
double dependence_of(double voices, double rho);
/// logistic(logit(prior) + sum(weights) / (1 + rho (n - 1))). In: prior in (0, 1).
double posterior_of(double prior, const std::vector<double>& weights, double rho);
/// ln((1 - d sens) / (1 - d fpr)), 0 or less: what no report says where one would have come with probability d.
/// 0 where nobody could report (d = 0).
double weight_of_silence(double coverage, double sensitivity, double false_positive_rate);

/// Sensitivity and false positive rate of a report of an event, where nothing better is known.
/// Source: stated, methods of this project; no measurement behind it.
inline constexpr double usual_sensitivity = 0.8, usual_false_positive_rate = 0.1;

/// Weighted means of probabilities, plain and of their log-odds (weights are divided by their sum), and a sharper one:
/// p^a / (p^a + (1-p)^a). Log pool and extremise need probabilities in (0, 1).
double linear_pool(const std::vector<double>& p, const std::vector<double>& w);
double log_pool(const std::vector<double>& p, const std::vector<double>& w);
double extremise(double p, double a);

}  // namespace fw
