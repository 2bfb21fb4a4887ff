// What a check of a data directory found, and its two forms: text for people, JSON for programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "txn/engine/reexecution.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::gateway {

struct VerifiedSnapshot {
    std::string path;
    txn::log::Lsn lsn{};      ///< by its name
    std::uint64_t bytes = 0;  ///< of the file
    std::optional<book::TimeNs> time;
    std::string state_hash;
    std::string wrong;  ///< with file and offset; empty: it is whole
};

struct VerifiedSegment {
    std::string path;
    txn::log::Lsn first{};
    std::uint64_t bytes = 0;  ///< of the file
};

struct VerifiedLog {
    std::vector<VerifiedSegment> segments;  ///< with records, or room for the next ones
    std::uint64_t spare = 0;                ///< made ahead, zeros
    txn::log::ReadOutcome outcome = txn::log::ReadOutcome::end;
    txn::log::Finding finding;  ///< of a torn tail or damage
    txn::log::TornTail torn;    ///< of a torn tail
    txn::log::Lsn first{1};
    txn::log::Lsn last{};
    txn::log::Lsn durable{};
    std::uint64_t term = 0;
    txn::log::ReadCounts counts;
    std::uint64_t commands = 0;
    std::uint64_t marks = 0;
    std::uint64_t host = 0;                          ///< of the host's own types
    std::map<std::uint16_t, std::uint64_t> unknown;  ///< of types that this program does not know
};

struct VerifiedExecution {
    txn::log::Lsn snapshot{};  ///< that it began with; 0: at the log's begin
    txn::log::Lsn last{};      ///< of the last record executed
    txn::ReexecutionCounts counts;
    std::string state_hash;  ///< at the end; empty where it did not get there
};

enum class Verdict : std::uint8_t { sound, damaged, refused };
std::string_view to_string(Verdict verdict);

struct VerifyReport {
    std::string data;
    Verdict verdict = Verdict::sound;
    std::string refused;                ///< why nothing was checked, or nothing can be said
    std::vector<std::string> problems;  ///< each with file and place
    txn::log::Identity identity{};
    std::vector<VerifiedSnapshot> snapshots;  ///< oldest first
    VerifiedLog log;
    std::optional<VerifiedExecution> execution;
    std::string not_executed;  ///< why not
};

void print_text(const VerifyReport& report, std::ostream& out);
void print_json(const VerifyReport& report, std::ostream& out);

/// 32 hexadecimal digits.
std::string hash_text(txn::Uint128 hash);
std::string id_text(const txn::log::LogId& id);

}  // namespace tickweir::gateway
