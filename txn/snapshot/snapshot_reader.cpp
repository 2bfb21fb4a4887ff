#include "txn/snapshot/snapshot_reader.hpp"

#include <utility>

#include "txn/io/crc32c.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::txn::snapshot {
namespace {

template <class T>
std::span<std::byte> room_of(T& value) {
    return std::as_writable_bytes(std::span{&value, 1});
}

}  // namespace

bool SnapshotReader::open() {
    auto file = files_.open(path_, {.mode = io::OpenMode::read});
    if (!file) return fail(0, io::to_string(file.error()));
    file_ = *std::move(file);
    const auto size = file_->size();
    if (!size) return fail(0, io::to_string(size.error()));
    file_bytes_ = *size;
    FileHeader header{};
    if (!read(0, room_of(header))) return false;
    if (const char* const wrong = decode(header, id_, header_)) return fail(0, wrong);
    seed_ = all_crc_ = header.header_crc;
    offset_ = sizeof header;
    return check_name();
}

/// A whole file under the name of another LSN would be taken for another state.
bool SnapshotReader::check_name() {
    const auto named = snapshot_of(std::string_view{path_}.substr(path_.rfind('/') + 1));
    if (!named || *named == header_.lsn) return true;
    return fail(
        offsetof(FileHeader, lsn),
        "it is of LSN " + std::to_string(log::number(header_.lsn)) + ", and its name says another");
}

io::Bytes SnapshotReader::next() {
    if (section_ended_ || file_ == nullptr || !finding_.what.empty()) return {};
    ChunkHeader chunk{};
    if (!read(offset_, room_of(chunk))) return {};
    const char* wrong = check_fields(chunk, section_, chunks_ + 1);
    if (wrong == nullptr && chunk.bytes > file_bytes_ - offset_ - sizeof chunk)
        wrong = "a chunk goes on beyond the end of the file";
    if (wrong == nullptr) {
        chunk_.resize(chunk.bytes);
        if (!read(offset_ + sizeof chunk, chunk_)) return {};
        wrong = check_body(chunk, chunk_, seed_);
    }
    if (wrong != nullptr) {
        (void)fail(offset_, wrong);
        return {};
    }
    all_crc_ = io::crc32c(chunk_, io::crc32c(bytes_of(chunk), all_crc_));
    offset_ += sizeof chunk + chunk.bytes;
    ++chunks_;
    section_ended_ = chunk.bytes == 0;
    return chunk_;
}

bool SnapshotReader::next_section() {
    while (!next().empty()) {
    }
    if (!section_ended_ || section_ == header_.shards) return false;
    ++section_;
    section_ended_ = false;
    return true;
}

bool SnapshotReader::finish() {
    while (next_section()) {
    }
    if (!finding_.what.empty() || file_ == nullptr) return false;
    Trailer trailer{};
    if (!read(offset_, room_of(trailer))) return false;
    const Trailer expected = encode_trailer(chunks_, offset_ + sizeof trailer, all_crc_, seed_);
    if (const char* const wrong = check(trailer, expected)) return fail(offset_, wrong);
    offset_ += sizeof trailer;
    return offset_ == file_bytes_ || fail(offset_, "more follows where it should end");
}

std::string SnapshotReader::fault() const {
    return finding_.what.empty() ? std::string{} : log::to_string(finding_);
}

bool SnapshotReader::read(std::uint64_t offset, std::span<std::byte> into) {
    const auto bytes = file_->read_at(offset, into);
    if (!bytes) return fail(offset, io::to_string(bytes.error()));
    return *bytes == into.size() || fail(offset, "it is cut off");
}

bool SnapshotReader::fail(std::uint64_t offset, std::string what) {
    finding_ = {path_, offset, std::move(what)};
    return false;
}

Verified verify_snapshot(io::Files& files, const std::string& path, const log::LogId& id) {
    SnapshotReader reader{files, path, id};
    if (!reader.open() || !reader.finish()) return {std::nullopt, reader.finding()};
    return {reader.info(), {}};
}

}  // namespace tickweir::txn::snapshot
