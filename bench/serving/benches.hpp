// The benchmarks of serving_bench. Each runs in a process of its own, prints what it measured, and
// throws std::runtime_error where that cannot be done.
#pragma once

namespace tickweir::bench {

inline constexpr unsigned server_core = 0;
inline constexpr unsigned client_core = 1;
inline constexpr int send_buffer_bytes = 256 * 1024;

/// Frames a second to 1,000 clients, as a share of the bare loop of sends.
void fan_out_bench(double seconds);
/// 100,000 updates a second to 100 clients of 20 instruments each: feed to socket write.
void latency_bench(double seconds);
/// The same to 100 clients of all instruments who ask for one update in 10 ms.
void latency_conflated_bench(double seconds);
/// What 1,000 connections cost while nothing happens.
void idle_bench(double seconds);
/// Quotes and books at a fixed rate: request due to answer read.
void http_bench(double seconds);

}  // namespace tickweir::bench
