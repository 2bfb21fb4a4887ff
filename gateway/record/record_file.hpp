// One file of a recording: its name, and its bytes as pcap, ITCH or a capture of JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/config/config.hpp"
#include "gateway/record/tap.hpp"
#include "replay/itch_writer.hpp"
#include "replay/json_capture_writer.hpp"
#include "replay/pcap_writer.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway {

/// Where a feed's files go and what they are.
struct RecordFileOptions {
    std::filesystem::path directory;
    std::string feed;
    RecordFormat format = RecordFormat::pcap;
    RecordCompression compression = RecordCompression::zstd;
    replay::TimeZone zone;  ///< of dates in names: a replay takes the session's day from there
    std::optional<codecs::json::VenueId> venue = std::nullopt;  ///< of format `json`, always
};

/// `FEED-YYYYMMDDTHHMMSS.pcap.zst` and the like, in the zone's time; `_02` tells a `number`
/// above 1. What a file name should not have in it becomes `_`.
std::string record_file_name(const RecordFileOptions& options, book::TimeNs begun, unsigned number);

/// A file being written; in `NAME.part` until it is whole.
class RecordFile {
public:
    /// Makes a file with a name that is free, with what every file of its kind begins with. The
    /// error names the path and the reason, and nothing is left behind.
    static replay::Result<RecordFile> create(const RecordFileOptions& options, book::TimeNs begun);

    /// A pcap gets datagrams as they are, and framed messages as packets of their session; an ITCH
    /// file takes framed messages only; a capture of JSON texts.
    void write(const TapHeader& header, codecs::Bytes bytes);

    void flush();
    /// Gives the file its name. The error names the path and the reason.
    [[nodiscard]] replay::Result<void> finish();
    /// Lets nothing be left behind without finish().
    void discard();

    bool ok() const;
    std::uint64_t position() const;  ///< bytes, before compression
    const std::filesystem::path& path() const { return path_; }

private:
    using Writer = std::variant<replay::PcapWriter, replay::ItchWriter, replay::JsonCaptureWriter>;
    RecordFile(Writer writer, std::filesystem::path path)
        : writer_(std::move(writer)), path_(std::move(path)) {}
    static replay::Result<RecordFile> open(const RecordFileOptions& options,
                                           std::filesystem::path path);

    Writer writer_;
    std::filesystem::path path_;
};

}  // namespace tickweir::gateway
