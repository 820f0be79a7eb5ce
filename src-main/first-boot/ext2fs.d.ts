// Types of the part of ext2fs that Kindling uses. https://github.com/balena-io/node-ext2fs

declare module 'ext2fs' {
  interface Disk {
    read(buffer: Buffer, bufferOffset: number, length: number, fileOffset: number): Promise<number>
    write(buffer: Buffer, bufferOffset: number, length: number, fileOffset: number): Promise<number>
    discard(offset: number, length: number): Promise<void>
    flush(): Promise<void>
  }
  export interface Files {
    mkdir(path: string): Promise<void>
    chmod(path: string, mode: number): Promise<void>
    open(path: string, flags: 'w' | 'wx'): Promise<{ fd: number }>
    write(
      fd: number,
      bytes: Buffer,
      offset: number,
      length: number,
      position: number,
    ): Promise<{ bytesWritten: number }>
    close(fd: number): Promise<void>
  }
  interface FileSystem {
    promises: Files
  }
  const ext2fs: {
    withMountedDisk<T>(disk: Disk, offset: number, use: (fs: FileSystem) => Promise<T>): Promise<T>
  }
  export default ext2fs
}
