#include "txn/snapshot/snapshot_writer.hpp"

#include <array>
#include <optional>
#include <utility>

#include "book/ensure.hpp"
#include "txn/io/crc32c.hpp"
#include "txn/io/write_beside.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::txn::snapshot {
namespace {

/// Chunks into a file, as long as it takes them.
class ChunkWriter {
public:
    ChunkWriter(io::File& file, const SnapshotHeader& header) : file_{file} {
        const FileHeader encoded = encode(header);
        seed_ = all_crc_ = encoded.header_crc;
        append(bytes_of(encoded), {});
    }

    /// False once the file has failed.
    bool put(std::uint32_t section, log::Bytes body) {
        const ChunkHeader chunk = encode_chunk(section, ++chunks_, body, seed_);
        all_crc_ = io::crc32c(body, io::crc32c(bytes_of(chunk), all_crc_));
        return append(bytes_of(chunk), body);
    }

    void finish() {
        append(bytes_of(encode_trailer(chunks_, bytes_ + sizeof(Trailer), all_crc_, seed_)), {});
    }

    const std::optional<io::IoError>& error() const { return error_; }
    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t chunks() const { return chunks_; }

private:
    bool append(log::Bytes first, log::Bytes second) {
        if (error_) return false;
        const std::array parts{first, second};
        if (const auto written = file_.append(parts); !written) error_ = written.error();
        bytes_ += first.size() + second.size();
        return !error_;
    }

    io::File& file_;
    std::uint32_t seed_ = 0;
    std::uint32_t all_crc_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint64_t bytes_ = 0;
    std::optional<io::IoError> error_;
};

}  // namespace

io::Result<SnapshotInfo> write_snapshot(io::Files& files, const std::string& data,
                                        const SnapshotHeader& header, const SaveSection& save,
                                        std::size_t chunk_bytes) {
    book::ensure(header.shards > 0 && chunk_bytes > 0 && chunk_bytes <= chunk_bytes_max);
    if (auto made = files.make_directories(snapshot_directory(data)); !made) return made.error();
    const std::string path = snapshot_path(data, header.lsn);
    auto replacement = io::Replacement::begin(files, path);
    if (!replacement) return replacement.error();
    ChunkWriter out{replacement->file(), header};
    for (std::uint32_t section = 0; section <= header.shards && !out.error(); ++section) {
        StateWriter writer{[&](log::Bytes chunk) { return out.put(section, chunk); }, chunk_bytes};
        save(writer, section);
        if (writer.finish()) out.put(section, {});
    }
    out.finish();
    if (out.error()) return *out.error();
    if (auto committed = replacement->commit(); !committed) return committed.error();
    return SnapshotInfo{header, path, out.bytes(), out.chunks()};
}

}  // namespace tickweir::txn::snapshot
