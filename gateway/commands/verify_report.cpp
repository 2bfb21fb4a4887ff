#include "gateway/commands/verify_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {
namespace {

using txn::log::ReadOutcome;

std::string lsn_text(txn::log::Lsn lsn) {
    return std::to_string(number(lsn));
}

// ------------------------------------------------------------------------------------------ text

void print_snapshots(const VerifyReport& report, std::ostream& out) {
    if (report.snapshots.empty()) {
        out << "snapshots: none\n";
        return;
    }
    out << "snapshots\n";
    TextTable table{">><<<"};
    table.add({"  LSN", "bytes", "made", "state hash", ""});
    for (const VerifiedSnapshot& one : report.snapshots)
        table.add({"  " + lsn_text(one.lsn), std::to_string(one.bytes),
                   one.time ? SessionClock::utc_text(*one.time) : "", one.state_hash,
                   one.wrong.empty() ? "good" : "DAMAGED"});
    table.print(out);
}

void print_log(const VerifiedLog& log, std::ostream& out) {
    out << "log: " << log.segments.size() << " segments, " << log.spare << " made ahead\n";
    if (!log.segments.empty()) {
        TextTable table{">><"};
        table.add({"  first LSN", "bytes", "file"});
        for (const VerifiedSegment& one : log.segments)
            table.add({"  " + lsn_text(one.first), std::to_string(one.bytes), one.path});
        table.print(out);
    }
    if (log.counts.records != 0)
        out << "  LSN " << number(log.first) << " to " << number(log.last) << ", term " << log.term
            << ", durable by its own account up to " << number(log.durable) << '\n';
    out << "  " << log.counts.records << " records in " << log.counts.batches
        << " batches: " << log.commands << " commands, " << log.marks << " marks, "
        << log.counts.aborted << " aborted, " << log.host << " of the host";
    for (const auto& [type, count] : log.unknown)
        out << ", " << count << " of the unknown type " << type;
    out << '\n';
    if (log.outcome == ReadOutcome::torn_tail)
        out << "  torn tail: " << to_string(log.finding) << "; a start keeps " << log.torn.bytes
            << " bytes from byte " << log.torn.offset << " on aside, and goes on with LSN "
            << number(log.torn.lsn) << '\n';
}

void print_execution(const VerifyReport& report, std::ostream& out) {
    if (!report.execution) {
        out << "not executed again: " << report.not_executed << '\n';
        return;
    }
    const VerifiedExecution& execution = *report.execution;
    out << "executed again from "
        << (execution.snapshot == txn::log::Lsn{}
                ? "the log's begin"
                : "the snapshot of LSN " + lsn_text(execution.snapshot))
        << ": " << execution.counts.compared << " commands with the same effects, "
        << execution.counts.marks << " marks found right\n";
    if (!execution.state_hash.empty())
        out << "state hash " << execution.state_hash << " at LSN " << number(execution.last)
            << '\n';
}

// ------------------------------------------------------------------------------------------ JSON

void put(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    json.string(text);
}
template <std::integral Number>
void put(JsonWriter& json, std::string_view name, Number value) {
    json.key(name);
    json.number(value);
}
void put(JsonWriter& json, std::string_view name, txn::log::Lsn lsn) {
    put(json, name, number(lsn));
}

template <class List, class Write>
void put_each(JsonWriter& json, std::string_view name, const List& list, Write write) {
    json.key(name);
    json.begin_array();
    for (const auto& element : list)
        write(element);
    json.end_array();
}

void write_snapshot(JsonWriter& json, const VerifiedSnapshot& one) {
    json.begin_object();
    put(json, "file", one.path);
    put(json, "lsn", one.lsn);
    put(json, "bytes", one.bytes);
    json.key("time");
    if (one.time)
        json.number(one.time->time_since_epoch().count());
    else
        json.null();
    put(json, "state_hash", one.state_hash);
    json.key("good");
    json.boolean(one.wrong.empty());
    put(json, "wrong", one.wrong);
    json.end_object();
}

void write_finding(JsonWriter& json, const VerifiedLog& log) {
    json.key("torn_tail");
    if (log.outcome == ReadOutcome::torn_tail) {
        json.begin_object();
        put(json, "file", log.torn.path);
        put(json, "offset", log.torn.offset);
        put(json, "bytes", log.torn.bytes);
        put(json, "lsn", log.torn.lsn);
        put(json, "what", log.finding.what);
        json.end_object();
    } else {
        json.null();
    }
    json.key("damage");
    if (log.outcome == ReadOutcome::corrupt) {
        json.begin_object();
        put(json, "file", log.finding.path);
        put(json, "offset", log.finding.offset);
        put(json, "what", log.finding.what);
        json.end_object();
    } else {
        json.null();
    }
}

void write_log(JsonWriter& json, const VerifiedLog& log) {
    json.key("log");
    json.begin_object();
    put_each(json, "segments", log.segments, [&](const VerifiedSegment& one) {
        json.begin_object();
        put(json, "file", one.path);
        put(json, "first_lsn", one.first);
        put(json, "bytes", one.bytes);
        json.end_object();
    });
    put(json, "made_ahead", log.spare);
    put(json, "first_lsn", log.first);
    put(json, "last_lsn", log.last);
    put(json, "durable_lsn", log.durable);
    put(json, "term", log.term);
    put(json, "batches", log.counts.batches);
    put(json, "records", log.counts.records);
    put(json, "commands", log.commands);
    put(json, "marks", log.marks);
    put(json, "aborted", log.counts.aborted);
    put(json, "host", log.host);
    json.key("unknown");
    json.begin_object();
    for (const auto& [type, count] : log.unknown)
        put(json, std::to_string(type), count);
    json.end_object();
    write_finding(json, log);
    json.end_object();
}

void write_execution(JsonWriter& json, const VerifyReport& report) {
    json.key("execution");
    if (report.execution) {
        const VerifiedExecution& execution = *report.execution;
        json.begin_object();
        put(json, "snapshot_lsn", execution.snapshot);
        put(json, "last_lsn", execution.last);
        put(json, "commands", execution.counts.commands);
        put(json, "compared", execution.counts.compared);
        put(json, "marks", execution.counts.marks);
        json.key("state_hash");
        if (execution.state_hash.empty())
            json.null();
        else
            json.string(execution.state_hash);
        json.end_object();
    } else {
        json.null();
    }
    put(json, "not_executed", report.not_executed);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::sound:
            return "sound";
        case Verdict::damaged:
            return "damaged";
        case Verdict::refused:
            return "refused";
    }
    return "unknown";
}

std::string hash_text(txn::Uint128 hash) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx",
                  static_cast<unsigned long long>(hash >> 64),
                  static_cast<unsigned long long>(hash));
    return text.data();
}

std::string id_text(const txn::log::LogId& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : id.bytes)
        text.append(1, digits[std::to_integer<std::size_t>(byte >> 4)])
            .append(1, digits[std::to_integer<std::size_t>(byte & std::byte{15})]);
    return text;
}

void print_text(const VerifyReport& report, std::ostream& out) {
    out << report.data << ": log " << report.identity.log_number << ", id "
        << id_text(report.identity.id) << '\n';
    print_snapshots(report, out);
    print_log(report.log, out);
    print_execution(report, out);
    out << "history: there is none yet\n";
    for (const std::string& problem : report.problems)
        out << "DAMAGE: " << problem << '\n';
    out << to_string(report.verdict) << '\n';
}

void print_json(const VerifyReport& report, std::ostream& out) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    put(json, "data", report.data);
    put(json, "verdict", to_string(report.verdict));
    put(json, "refused", report.refused);
    put_each(json, "problems", report.problems,
             [&](const std::string& problem) { json.string(problem); });
    if (report.verdict != Verdict::refused) {
        put(json, "id", id_text(report.identity.id));
        put(json, "log_number", report.identity.log_number);
        put_each(json, "snapshots", report.snapshots,
                 [&](const VerifiedSnapshot& one) { write_snapshot(json, one); });
        write_log(json, report.log);
        write_execution(json, report);
    }
    json.key("history");
    json.null();
    json.end_object();
    out << text << '\n';
}

}  // namespace tickweir::gateway
