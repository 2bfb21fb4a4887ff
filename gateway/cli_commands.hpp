// The commands of the program, as cli.cpp assembles them: each adds its options, and those whose
// options depend on one another settle that when all are known.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gateway/cli.hpp"
#include "gateway/cli_publish.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace tickweir::gateway {

/// What the options of `simulate` cannot take before they are all known.
struct SimulateExtras {
    std::optional<SimulateOptions::Format> format;
    std::optional<codecs::json::VenueId> venue;
    std::optional<std::chrono::year_month_day> date;
    std::vector<std::string> lines;
};

/// --format, the same for every command that reads a capture.
void add_capture_format(class Options& add, std::optional<replay::CaptureFormat>& format);

/// The id of a venue that speaks JSON.
replay::Result<codecs::json::VenueId> parse_venue(const std::string& text);

/// At least a millisecond.
replay::Result<std::chrono::milliseconds> parse_timeout(const std::string& text);

void add_replay(CLI::App& app, ReplayOptions& options);
void add_inspect(CLI::App& app, InspectOptions& options);
void add_simulate(CLI::App& app, SimulateOptions& options, SimulateExtras& extras);
void add_serve(CLI::App& app, ServeOptions& options);
void add_query(CLI::App& app, QueryOptions& options);
void add_publish(CLI::App& app, PublishOptions& options, PublishExtras& extras);
void add_venue(CLI::App& app, VenueOptions& options);
void add_verify(CLI::App& app, VerifyOptions& options);
void add_admin(CLI::App& app, AdminOptions& options);
void add_hash_password(CLI::App& app, HashPasswordOptions& options);

/// What single options cannot know: why they do not go together; none: they do.
std::optional<std::string> settle(SimulateOptions& options, const SimulateExtras& extras);
std::optional<std::string> settle(const ServeOptions& options);
std::optional<std::string> settle(const QueryOptions& options);
std::optional<std::string> settle(const VenueOptions& options);
std::optional<std::string> settle(const AdminOptions& options);

}  // namespace tickweir::gateway
