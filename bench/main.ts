process.stdout.write('no figures yet\n')
